export default function Page() {
  return <h1>The first</h1>;
}
