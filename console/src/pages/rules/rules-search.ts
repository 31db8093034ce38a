/** What the URL says about the page of a version: the id of a flavor to be judged. */
export type VersionSearch = Readonly<{ flavor?: string }>

export const readVersionSearch = ({ flavor }: Readonly<Record<string, unknown>>): VersionSearch =>
  flavor === undefined || flavor === '' ? {} : { flavor: String(flavor) }
