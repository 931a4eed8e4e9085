import middleware from "../../examples/vercel/middleware.js";

addEventListener("fetch", (event) => event.respondWith(middleware(event.request, event)));
