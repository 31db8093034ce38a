/** What the URL says about the list: the words to search for. */
export type InstancesSearch = Readonly<{ search?: string }>

export const readInstancesSearch = ({ search }: Readonly<Record<string, unknown>>): InstancesSearch =>
  search === undefined || search === '' ? {} : { search: String(search) }
