/** What an instance is made from: on the local driver, a database engine found on this machine. */
export type Image = Readonly<{
  id: string
  name: string
  manager: string
  version: string
  tags: readonly string[]
  /** What a catalogue would call a datastore of it, and the version; undefined where nobody can tell. */
  suggests?: Readonly<{ datastore: string; version: string }>
}>
