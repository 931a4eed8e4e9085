export const from = "^/old/(?<page>[a-z]+)$";
