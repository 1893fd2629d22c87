import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../kit/service.ts";

/** Caller, service and operation of a request, from its signature and its headers. */
export interface AwsRequest {
  /** @default - an unsigned request has none */
  readonly accessKeyId?: string;
  /** Service of the credential scope, for example `ecr`. */
  readonly service?: string;
  /** Both halves of `X-Amz-Target`. */
  readonly target?: { readonly prefix: string; readonly operation: string };
}

/** Reads caller and operation from a request's headers, or from the query of a presigned request. */
export function readAwsRequest({ headers, url }: Pick<IncomingMessage, "headers" | "url">): AwsRequest {
  const credential =
    /Credential=([^,\s]+)/u.exec(headers.authorization ?? "")?.[1] ??
    new URLSearchParams((url ?? "").split("?")[1]).get("X-Amz-Credential") ??
    undefined;
  const [accessKeyId, , , service] = credential?.split("/") ?? [];
  const target = /^(.+)\.([^.]+)$/u.exec(String(headers["x-amz-target"] ?? ""));
  return {
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(service === undefined ? {} : { service }),
    ...(target === null ? {} : { target: { prefix: target[1] ?? "", operation: target[2] ?? "" } }),
  };
}

/** Answers in AWS's JSON protocol, in the version the request came in. */
export function answerJson(response: ServerResponse, contentType: string, output: object): void {
  response.writeHead(200, { "content-type": contentType, "x-amzn-requestid": randomUUID() });
  response.end(JSON.stringify(output));
}

/** Refuses in AWS's JSON protocol; any error other than an AwsError becomes an internal failure. */
export function answerJsonError(response: ServerResponse, contentType: string, error: unknown): void {
  const { code, message, status } =
    error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
  response.writeHead(status, {
    "content-type": contentType,
    "x-amzn-requestid": randomUUID(),
    "x-amzn-errortype": code,
  });
  response.end(JSON.stringify({ __type: code, message }));
}

/** Refuses in AWS's query protocol. */
export function answerXmlError(response: ServerResponse, error: unknown): void {
  const { code, message, status } =
    error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

/** The error of a call in EC2's own form (EC2 API, "Error codes for the Amazon EC2 API"). */
export function answerEc2Error(response: ServerResponse, error: unknown): void {
  const { code, message, status } =
    error instanceof AwsError ? error : new AwsError("InternalError", String(error), 500);
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(
    `<Response><Errors><Error><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error></Errors>` +
      `<RequestID>${randomUUID()}</RequestID></Response>`,
  );
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
