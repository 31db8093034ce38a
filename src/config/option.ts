/** A key of trove.conf that is read. */
export type Option = Readonly<{
  section: string
  key: string
  /** A list is one value with commas; a key of kind `several` may be given several times, and each counts. */
  kind: 'text' | 'whole number' | 'flag' | 'list' | 'several'
  /** What holds in a trove.conf that does not say. */
  fallback: string | undefined
  /** What holds without any trove.conf, where that is something else; `{data_dir}` is filled in. */
  embedded?: string
  min?: number
  /** The only values that there are, for a text. */
  choices?: readonly string[]
  /** Names that it had before and still has. */
  formerly?: readonly (readonly [section: string, key: string])[]
  /** Never shown. */
  secret?: boolean
  says: string
}>
