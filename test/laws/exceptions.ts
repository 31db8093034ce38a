/**
 * Files and functions above the maximum length, each with the reason why it should not be split. The key is `path` for
 * a file, `path function` for a function.
 */
export const longOnPurpose: Readonly<Record<string, string>> = {
  'src/client/operations.ts': 'generated from the OpenAPI document, which has every operation',
  'src/identity/embedded/identity.ts openEmbeddedIdentity': 'one object with a short method for each call of the port',
}
