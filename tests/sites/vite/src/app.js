import "./app.css";
import picture from "./picture.svg?no-inline";

const TITLES = { "/": "Home", "/about": "About", "/users/jane.doe": "Jane" };

async function show() {
  const { page } = await import("./page.js");
  document.querySelector("main").innerHTML = page(TITLES[location.pathname] ?? "Nothing here", picture);
}

document.querySelector("nav").addEventListener("click", (event) => {
  if (!(event.target instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  history.pushState({}, "", event.target.href);
  show();
});
addEventListener("popstate", show);
show();
