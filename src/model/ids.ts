declare const kind: unique symbol
type Id<K extends string> = string & { readonly [kind]?: K }

export type DatastoreId = Id<'datastore'>
export type DatastoreVersionId = Id<'datastore version'>
export type FlavorId = Id<'flavor'>
export type InstanceId = Id<'instance'>
export type ProjectId = Id<'project'>
export type VolumeTypeId = Id<'volume type'>

/** What the columns of ids hold, those of projects included. */
export const idLengthMax = 36

/** Whether Trove would look this text up as an id rather than as a name: hyphens and case do not matter to it. */
export const isUuidLike = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text.replaceAll('-', ''))
