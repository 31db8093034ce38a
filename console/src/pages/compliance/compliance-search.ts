import { textsIn } from '../../search-texts.ts'

/** What the URL says about the findings: which of them are shown. */
export type ComplianceSearch = Readonly<{ datastore?: string; version?: string; project?: string; kind?: string }>

export const readComplianceSearch = (raw: Readonly<Record<string, unknown>>): ComplianceSearch =>
  textsIn(raw, 'datastore', 'version', 'project', 'kind')
