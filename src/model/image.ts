/** The image that an instance is created from: an image of Glance, or with the local driver an engine of this machine. */
export type Image = Readonly<{
  id: string
  name: string
  tags: readonly string[]
  /** Undefined for an image of Glance: only the datastore version knows its manager. */
  manager?: string
  /** The version of the engine; undefined for an image of Glance. */
  version?: string
  /** Suggested names for a datastore and a version with this image; undefined if there is no obvious name. */
  suggests?: Readonly<{ datastore: string; version: string }>
}>

/** A database engine that is installed on this machine, as an image. */
export type EngineImage = Image & Required<Pick<Image, 'manager' | 'version'>>
