//! What AWS documents, in its own order: "Restrictions on edge functions", "Lambda@Edge event structure", "Work with requests and
//! responses", "Quotas". The messages are those that CloudFront was seen to write, else in the same form.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html>

pub(super) struct Rule {
    pub(super) message: &'static str,
    pub(super) text: &'static str,
    pub(super) help: &'static str,
}

macro_rules! rules {
    ($($name:ident: $message:literal, $text:literal, $help:literal;)*) => {
        $(pub(super) const $name: Rule = Rule { message: $message, text: $text, help: $help };)*
    };
}

rules! {
    JSON: "The Lambda function returned invalid json: The json output is not parsable.",
        "What a function returns is written as JSON.",
        "Return plain data: no circles, and no BigInt.";
    OBJECT: "The Lambda function returned invalid JSON: The JSON output must be an object type.",
        "A function returns an object: the request or a response.",
        "Return event.Records[0].cf.request, or .response, on every path through the function.";
    WHOLE_EVENT: "The Lambda function returned an invalid entry in the headers object: Each header entry in the headers object must be an array.",
        "A function returns the request or the response, not the event that holds it.",
        "Return event.Records[0].cf.request, or .response.";
    HEADERS: "The Lambda function returned an invalid entry in the headers object: The headers must be an object.",
        "headers is an object: names in lower case, and a list of { key, value } for each.",
        "Write headers: { \"x-name\": [{ key: \"X-Name\", value: \"text\" }] }.";
    HEADERS_LEFT_OUT: "The request came back without its headers.",
        "AWS does not document what happens to a request that comes back without headers; read-only headers may not be deleted.",
        "Change the request that the event holds, and return that object.";
    ENTRY: "The Lambda function returned an invalid entry in the headers object: Each header entry in the headers object must be an array.",
        "Each header is a list, with an item { key, value } for each line.",
        "Write \"x-name\": [{ key: \"X-Name\", value: \"text\" }].";
    EMPTY_ENTRY: "A header has an empty list of lines.",
        "AWS does not document what an empty list means.",
        "Delete the member instead: delete headers[\"x-name\"].";
    VALUE: "The Lambda function result failed validation: the value of each header value must be of string or array of string type.",
        "The value of a header line is a string.",
        "Convert the value: String(value); leave the header out where there is none.";
    VALUE_LIST: "The value of a header line is a list.",
        "CloudFront's message allows a list of strings, which nothing documents.",
        "Write an item { key, value } for each line.";
    NAME: "The Lambda function result failed validation: invalid character in header name.",
        "A header name is a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~.",
        "Remove the character from the name.";
    NAME_CASE: "The name of a header is not in lower case.",
        "Members of headers are named in lower case; what happens to others is not documented.",
        "Write the member in lower case, and the name as it is to be sent in key.";
    KEY: "The key of a header line is not its name.",
        "key is the name of the header, in any case. What CloudFront does with another name is not documented.",
        "Write the same name in key, or leave key out.";
    CHARACTER: "The Lambda function result failed validation: invalid character in header value.",
        "A header value holds no CR, LF, NUL or other control character.",
        "Encode the value, for example with encodeURIComponent.";
    DISALLOWED: "The Lambda function result failed validation: The function tried to add a blacklisted header.",
        "Restrictions on all edge functions, disallowed headers: they are not shown to functions, and may not be added.",
        "Leave this header out. CloudFront sets its own.";
    READ_ONLY: "The Lambda function result failed validation: The function tried to add, delete, or change a read-only header.",
        "Restrictions on all edge functions, read-only headers: at this trigger this header may not be added, changed or deleted.",
        "Return the header as the event holds it, or change it at another trigger: Host at origin-request, Content-Encoding at origin-response.";
    VIEWER_COUNTRY: "The Lambda function result failed validation: The function tried to add CloudFront-Viewer-Country.",
        "Restrictions on Lambda@Edge: a viewer-request function may not add CloudFront-Viewer-Country.",
        "Use another name, or name the header in a policy and read it at origin-request.";
    URI: "The Lambda function result failed validation: The URI must begin with '/'.",
        "uri is a relative path that begins with a slash.",
        "Begin uri with /.";
    URI_CHARACTER: "The Lambda function result failed validation: The URI has an invalid character.",
        "A URI has no space, control character, ? or #; the query is in querystring.",
        "Encode the path with encodeURI, and put the query into querystring.";
    QUERY: "The Lambda function result failed validation: The query string has an invalid character.",
        "querystring is a string without spaces, control characters and #; percent-encoding is recommended.",
        "Encode the values with encodeURIComponent or new URLSearchParams(…).toString().";
    URI_LENGTH: "The Lambda function result failed validation: The URI and the query string are too long.",
        "URI and query string together have less than 8,192 characters.",
        "Shorten the URI or the query.";
    READ_ONLY_FIELD: "A read-only field came back with another value.",
        "Event structure: clientIp and method are read-only. Whether a change is an error is not documented.",
        "Return the field as it came.";
    ORIGIN_AT_VIEWER: "A viewer-request function returned an origin.",
        "The origin is in events of origin-request alone.",
        "Choose the origin at origin-request.";
    ONE_ORIGIN: "The Lambda function result failed validation: The origin must be exactly one of s3 and custom.",
        "An origin has either s3 or custom.",
        "Assign request.origin as a whole: { custom: { … } }.";
    DOMAIN: "The Lambda function result failed validation: The domainName of the origin is invalid.",
        "domainName is the DNS name of a server, without a port, not an IP address, of at most 253 characters; of a bucket, in lower case, and at most 128.",
        "Write the host name alone, and the port in port.";
    ORIGIN_PATH: "The Lambda function result failed validation: The path of the origin is invalid.",
        "path is empty, or begins with a slash and does not end with one; of a server, it has at most 255 characters.",
        "Write \"\" or \"/folder\".";
    PORT: "The Lambda function result failed validation: The port of the origin is invalid.",
        "port is 80, 443, or from 1024 to 65535.",
        "Use one of these ports.";
    PROTOCOL: "The Lambda function result failed validation: The protocol of the origin is invalid.",
        "protocol is http or https.",
        "Write one of the two.";
    TIMEOUT: "The Lambda function result failed validation: A timeout of the origin is invalid.",
        "keepaliveTimeout and readTimeout are numbers of seconds.",
        "Write whole numbers: keepaliveTimeout 5, readTimeout 30.";
    TIMEOUT_RANGE: "A timeout of the origin is outside of what the event structure documents.",
        "keepaliveTimeout is from 1 to 60, readTimeout from 4 to 60; quotas of distributions go to 120.",
        "Stay within the range, unless the quota was raised.";
    SSL: "The Lambda function result failed validation: The sslProtocols of the origin are invalid.",
        "sslProtocols is a list of TLSv1.2, TLSv1.1, TLSv1 and SSLv3.",
        "Write [\"TLSv1.2\"].";
    SSL_UNLISTED: "A protocol that the event structure does not list.",
        "TLSv1.3 is not in the documented list of sslProtocols.",
        "Write [\"TLSv1.2\"].";
    AUTH: "The Lambda function result failed validation: The authMethod of the origin is invalid.",
        "authMethod is none or origin-access-identity.",
        "Write none; origin access control is not supported in this field.";
    REGION: "The Lambda function result failed validation: The region of the origin is missing.",
        "region is required with origin-access-identity.",
        "Write the bucket's Region.";
    CUSTOM_HEADER: "The Lambda function result failed validation: The origin has a custom header that is not allowed.",
        "Custom headers that CloudFront cannot add to origin requests, and disallowed headers, are refused.",
        "Use another name.";
    CUSTOM_TWICE: "The Lambda function result failed validation: A header is both in headers and in customHeaders.",
        "customHeaders may not name a header that the request has.",
        "Delete one of the two.";
    STATUS: "The Lambda function result failed validation: The status is missing or invalid.",
        "status is from 200 to 599, as a string.",
        "Write status: \"200\".";
    STATUS_NUMBER: "The status is a number.",
        "Documented as a string; AWS's own examples at origin-response use numbers, and generated responses with one are not documented.",
        "Write status: \"200\".";
    STATUS_FIXED: "A viewer-response function changed the status.",
        "Restrictions on Lambda@Edge: a viewer-response function cannot change the status. Whether a change is ignored or an error is not documented.",
        "Change the status at origin-response.";
    REASON: "The Lambda function result failed validation: The statusDescription is not a string.",
        "statusDescription is a string.",
        "Write statusDescription: \"OK\", or leave it out.";
    BODY: "The Lambda function result failed validation: The body is not a string, is not an object, or exceeds the maximum size.",
        "The body of a response is a string; bytes are in base64, with bodyEncoding: \"base64\".",
        "Convert it: JSON.stringify(value), or buffer.toString(\"base64\").";
    BODY_ENCODING: "The Lambda function result failed validation: The encoding of the body is invalid.",
        "The encoding of a body is text or base64.",
        "Write one of the two, or leave it out.";
    BASE64: "The Lambda function result failed validation: The body is not valid base64.",
        "A body in base64 is decoded before it is sent.",
        "Make it with Buffer.from(…).toString(\"base64\").";
    BODY_SIZE: "The Lambda function result failed validation: The body is not a string, is not an object, or exceeds the maximum size.",
        "Headers and body of a response that a function makes: at most 40 KB at viewer triggers, 1 MB at origin triggers.",
        "Send less, answer at an origin trigger, or redirect to where the content is.";
    BODY_SIZE_OPEN: "The response in base64 is close to the limit.",
        "Whether a body in base64 counts encoded or decoded is not documented.",
        "Stay below the limit with the encoded body.";
    BODY_OF_204: "The Lambda function result failed validation: A response with status 204 has a body.",
        "A viewer-request function may not return 204 with a body.",
        "Leave body out.";
    BODY_OF_204_OPEN: "A response with status 204 has a body.",
        "Documented as an error at viewer-request, and with a text in it; other cases are not documented.",
        "Leave body out.";
    BODY_AT_VIEWER_RESPONSE: "A viewer-response function set the body.",
        "Bodies can be replaced at origin-response; for viewer-response nothing is documented.",
        "Replace the body at origin-response.";
    REPLACED: "The Lambda function result failed validation: The replaced body exceeds the maximum size.",
        "A replaced request body has at most 40 KB as text and 53.2 KB as base64 at viewer-request, 1 MB and 1.33 MB at origin-request.",
        "Send less, or leave the body as it is: action: \"read-only\" passes all of it.";
    REPLACED_TEXT: "The Lambda function result failed validation: The data of the body is not a string.",
        "data of a replaced body is a string.",
        "Write body.data as text, with body.encoding: \"text\".";
    ACTION: "The Lambda function result failed validation: The action of the body is invalid.",
        "action is read-only or replace.",
        "Write body.action = \"replace\".";
    BODY_IGNORED: "The body was changed, and its action is read-only.",
        "With action read-only, changes of encoding and data are ignored.",
        "Write body.action = \"replace\".";
}
