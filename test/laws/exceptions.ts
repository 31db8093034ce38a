/**
 * Files and functions that are longer than the law allows, each with the reason why it is not two of something.
 * `path` for a file, `path function` for a function.
 */
export const longOnPurpose: Readonly<Record<string, string>> = {
  'src/api/identity/keystone-routes.ts addIdentityRoutes':
    'a list of routes, one after the other; what each does is below it, and together they are the whole of our Keystone',
  'src/identity/embedded/identity.ts openEmbeddedIdentity':
    'one object with a method for each call of the port; each of them is short',
}
