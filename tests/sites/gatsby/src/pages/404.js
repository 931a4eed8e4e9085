import React from "react";
import Page from "../components/Page";

export { Head } from "../components/Page";

export default function () {
  return <Page title="Not here" />;
}
