import { textsIn } from '../../search-texts.ts'

/** What the URL says about the instances of all projects: which are shown, and whether deleted ones are shown instead. */
export type AllInstancesSearch = Readonly<{
  name?: string
  datastore?: string
  version?: string
  project?: string
  deleted?: string
}>

export const readAllInstancesSearch = (raw: Readonly<Record<string, unknown>>): AllInstancesSearch =>
  textsIn(raw, 'name', 'datastore', 'version', 'project', 'deleted')
