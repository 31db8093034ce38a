/** The row that says a volume type is associated with a datastore version; its value is the type's name or id. */
export const volumeTypeKey = 'volume_type'

export const volumeTypeKeys = [volumeTypeKey] as const
