/** Fields of one connection, RFC 9110 §7.6.1, which a proxy does not pass on. */
export const CONNECTION_FIELDS = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
