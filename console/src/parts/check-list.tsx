import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { BidiName } from './bidi-name.tsx'

type Props = Readonly<{
  label: string
  names: readonly string[]
  value: readonly string[]
  onChange: (value: readonly string[]) => void
}>

/** Names, of which several can be chosen. */
export const CheckList = ({ label, names, value, onChange }: Props) => (
  <CheckboxGroup className="field" value={[...value]} onChange={onChange}>
    <Label>{label}</Label>
    {names.map(name => (
      <Checkbox key={name} value={name} className="check">
        <span className="box" aria-hidden="true" />
        <BidiName>{name}</BidiName>
      </Checkbox>
    ))}
  </CheckboxGroup>
)
