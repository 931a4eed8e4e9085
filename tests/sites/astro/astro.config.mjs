const format = process.env.FORM;

export default { build: { format, inlineStylesheets: "never" }, trailingSlash: format === "file" ? "never" : "always", vite: { build: { assetsInlineLimit: 0 } } };
