export default {
  title: "Site",
  cleanUrls: true,
  head: [["link", { rel: "icon", href: "/logo.svg" }]],
  themeConfig: { nav: [{ text: "Home", link: "/" }, { text: "About", link: "/about" }, { text: "Guide", link: "/guide/" }, { text: "v1.2", link: "/releases/v1.2" }] },
};
