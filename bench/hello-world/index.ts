import * as aws from "@pulumi/aws";

const hello = new aws.ssm.Parameter("hello", { name: "/hello/world", type: "String", insecureValue: "hello" });

export const { name } = hello;
