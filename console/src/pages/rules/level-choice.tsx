import { Choice, type Option } from '../../parts/choice.tsx'
import type { Level } from './change.ts'

/** The levels of a rule, strictest first, and what becomes of a flavor that breaks it. */
export const levelMeans: Readonly<Record<Level, string>> = {
  refuse: 'A create or resize that breaks the rule is refused.',
  warn: 'It is admitted, and the tenant gets a warning.',
  audit: 'It is admitted. Only logs and reports say that it breaks the rule.',
}

const options: readonly Option[] = Object.entries(levelMeans).map(([id, detail]) => ({ id, label: id, detail }))

type Props = Readonly<{ label: string; value: Level; onChange: (level: Level) => void }>

/** A choice of a level. The chosen one is explained below it, the others in the list. */
export const LevelChoice = ({ label, value, onChange }: Props) => (
  <Choice
    label={label}
    options={options}
    value={value}
    help={levelMeans[value]}
    onChange={id => onChange(id as Level)}
  />
)
