module.exports = { trailingSlash: "always", siteMetadata: { title: "Site" } };
