import Link from "next/link";
import picture from "./picture.svg";
import "./page.css";

export const metadata = { title: "Site", icons: "/logo.svg" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <nav><Link href="/">Home</Link> <Link href="/about">About</Link> <Link href="/posts/first">The first</Link></nav>
        {children}
        <img src={picture.src} alt="" />
      </body>
    </html>
  );
}
