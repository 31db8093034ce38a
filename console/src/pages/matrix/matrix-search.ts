/** Which versions are shown: those that allow no flavor, or those without any rule. */
export const shownVersions = ['broken', 'empty'] as const
export type ShownVersions = (typeof shownVersions)[number]

/** What the URL says about the matrix: the name of a datastore, which of its versions, and words in names of flavors. */
export type MatrixSearch = Readonly<{ datastore?: string; show?: ShownVersions; flavor?: string }>

export function readMatrixSearch(raw: Readonly<Record<string, unknown>>): MatrixSearch {
  const text = (key: 'datastore' | 'flavor') =>
    raw[key] === undefined || raw[key] === '' ? {} : { [key]: String(raw[key]) }
  const show = shownVersions.find(each => each === raw.show)
  return { ...text('datastore'), ...(show ? { show } : {}), ...text('flavor') }
}
