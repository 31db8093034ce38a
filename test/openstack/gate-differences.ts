/** What the gate answers itself, and why. */
type OwnAnswer = Readonly<{ why: string; status: number; words: RegExp }>

const all = (names: readonly string[], answer: OwnAnswer): Readonly<Record<string, OwnAnswer>> =>
  Object.fromEntries(names.map(name => [name, answer]))

const byTheGate = 'What a version allows is answered by the gate. How that differs from Trove: test/recorded/.'

/** The recorded exchanges that the gate does not pass on. */
export const answersOfTheGate: Readonly<Record<string, OwnAnswer>> = {
  ...all(
    [
      ...['version-flavors-admin', 'version-flavors-datastore-name', 'assoc-mysql-with-unknown-ids'],
      ...['assoc-postgresql-with-private-and-deleted', 'assoc-only-private', 'assoc-all-deleted'],
      ...['version-flavors-by-names', 'version-flavors-other-datastore'],
    ],
    { why: byTheGate, status: 200, words: /^\{"flavors":\[/ },
  ),
  'version-flavors-one': { why: byTheGate, status: 200, words: /"verdict":/ },
  ...all(['volume-types', 'volume-types-admin'], { why: byTheGate, status: 200, words: /lvmdriver-1/ }),
  ...all(['version-flavors-unknown-version', 'volume-types-unknown-version'], {
    why: byTheGate,
    status: 404,
    words: /Datastore version '[0-]+' cannot be found/,
  }),
  ...all(['post-instance-unassociated-flavor', 'post-instance-unassociated-flavor-int'], {
    why: 'The gate refuses it, with Trove’s sentence and the reason.',
    status: 400,
    words: /Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99.*not on the list/,
  }),
  'post-instance-unknown-flavor': {
    why: 'The gate refuses it, with Trove’s sentence and the reason.',
    status: 400,
    words: /Flavor 999 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: /,
  },
  'post-instance-unknown-datastore': {
    why: 'Without a datastore there is no rule; the gate refuses it with Trove’s sentence and the datastores there are.',
    status: 404,
    words: /Datastore 'nosuch' cannot be found\. Datastores: mysql, postgresql\./,
  },
  'post-instance-unknown-version': {
    why: 'The same with a version.',
    status: 400,
    words: /Datastore version '9\.9' cannot be found\. Versions of mysql: /,
  },
  'post-instance-no-datastore': {
    why: 'The same without a default datastore.',
    status: 400,
    words: /Please specify datastore\. No default datastore is defined\. Datastores: mysql, postgresql\./,
  },
  'flavor-bad-utf8': {
    why: 'A URL that is not UTF-8 is refused before it is read; Trove answers it with a traceback.',
    status: 400,
    words: /The URL is not well-formed UTF-8/,
  },
}
