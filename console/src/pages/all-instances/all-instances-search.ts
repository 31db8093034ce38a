import { textsIn } from '../../search-texts.ts'

/** What the URL says about the instances of all projects: of which project, and whether deleted ones are shown instead. */
export type AllInstancesSearch = Readonly<{ project?: string; deleted?: string }>

export const readAllInstancesSearch = (raw: Readonly<Record<string, unknown>>): AllInstancesSearch =>
  textsIn(raw, 'project', 'deleted')
