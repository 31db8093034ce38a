type Version = Readonly<{ name: string | null; version?: string | null }> | null
type Datastore = Readonly<{ id?: string; name: string | null }> | null

/** A version with its datastore. What was deleted has no name. */
export function versionWords(datastore: Datastore, version: Version): string {
  const owner = datastore === null ? 'a deleted datastore' : (datastore.name ?? `the deleted datastore ${datastore.id}`)
  if (version === null) return `${owner}, all versions`
  const { name, version: number } = version
  if (name === null) return `${owner}, a deleted version`
  return number == null || number === name ? `${owner} ${name}` : `${owner} ${name} (${number})`
}
