import React from "react";
import { Link } from "gatsby";
import picture from "./picture.svg";
import "./page.css";

export default function Page({ title }) {
  return (
    <>
      <nav><Link to="/">Home</Link> <Link to="/about/">About</Link> <Link to="/posts/first/">The first</Link></nav>
      <h1>{title}</h1>
      <img src={picture} alt="" />
    </>
  );
}

export function Head() {
  return <link rel="icon" href="/logo.svg" />;
}
