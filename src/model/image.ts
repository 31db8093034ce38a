/**
 * The image that an instance is created from. With the local driver, this is a database engine installed on this machine.
 */
export type Image = Readonly<{
  id: string
  name: string
  manager: string
  version: string
  tags: readonly string[]
  /** Suggested names for a datastore and a version with this image; undefined if there is no obvious name. */
  suggests?: Readonly<{ datastore: string; version: string }>
}>
