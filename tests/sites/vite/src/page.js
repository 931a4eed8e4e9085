export const page = (title, picture) => `<h1>${title}</h1><img src="${picture}" alt="">`;
