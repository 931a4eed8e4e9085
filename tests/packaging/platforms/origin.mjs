/** What each platform's origin answers here, and how the answer is shown. */
export const origin = () => new Response("<p>", { headers: { "Content-Type": "text/html", "x-amz-meta-owner": "someone" } });

export const simple = ({ status, headers }) => ({ status, headers: Object.fromEntries(headers) });
