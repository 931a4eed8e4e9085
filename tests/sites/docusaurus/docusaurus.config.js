module.exports = {
  title: "Site",
  url: "https://www.example.com",
  baseUrl: "/",
  favicon: "img/logo.svg",
  onBrokenLinks: "throw",
  presets: [["classic", { blog: false, theme: { customCss: "./page.css" } }]],
  themeConfig: { navbar: { items: [{ to: "/", label: "Home" }, { to: "/docs/intro", label: "Introduction" }, { to: "/docs/guide/start", label: "Start" }] } },
};
