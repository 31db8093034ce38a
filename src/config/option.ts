/** A key of trove.conf that is read. */
export type Option = Readonly<{
  section: string
  key: string
  /** A list is one value with commas. A key of kind `several` may be repeated, and each value counts. */
  kind: 'text' | 'whole number' | 'flag' | 'list' | 'several'
  /** The default with a trove.conf. */
  fallback: string | undefined
  /** The default without a trove.conf, if different. `{data_dir}` is filled in. */
  fallbackWithoutFile?: string
  min?: number
  max?: number
  /** The valid values of a text. */
  choices?: readonly string[]
  /** Older names that are still read, the newest first. */
  formerly?: readonly (readonly [section: string, key: string])[]
  /** `true`: never shown. `password inside`: shown without the password, and never quoted in errors. */
  secret?: true | 'password inside'
  says: string
}>
