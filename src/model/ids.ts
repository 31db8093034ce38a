declare const kind: unique symbol
type Id<K extends string> = string & { readonly [kind]?: K }

export type DatastoreId = Id<'datastore'>
export type DatastoreVersionId = Id<'datastore version'>
export type FlavorId = Id<'flavor'>
export type InstanceId = Id<'instance'>
export type ProjectId = Id<'project'>
export type VolumeTypeId = Id<'volume type'>

/** The length of the columns for ids, including project ids, in characters. */
export const idLengthMax = 36

/** True when Trove would look this text up as an id instead of a name. Hyphens and letter case do not matter. */
export const isUuidLike = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text.replaceAll('-', ''))
