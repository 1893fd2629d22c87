/** The stack's short name: the last part of Pulumi's `organization/project/stack`. */
export function shortStackName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** The file that Pulumi reads a stack's configuration from. */
export function stackFileName(stack: string): string {
  return `Pulumi.${shortStackName(stack)}.yaml`;
}
