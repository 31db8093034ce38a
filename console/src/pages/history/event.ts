import type { Answer } from '../../api/trove.ts'

export type PolicyEvent = Answer<'listFlavorRuleEvents'>['events'][number]
