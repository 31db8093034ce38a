import { Label, Text, TextField, TextArea as TextLines } from 'react-aria-components'

type Props = Readonly<{
  label: string
  value: string
  onChange: (value: string) => void
  /** A sentence below the field. */
  help?: string
  rows?: number
}>

/** A field for a text of many lines, such as a file. */
export const TextArea = ({ label, value, onChange, help, rows = 14 }: Props) => (
  <TextField className="field wide" value={value} onChange={onChange}>
    <Label>{label}</Label>
    <TextLines className="input lines" rows={rows} spellCheck="false" wrap="off" />
    {help === undefined ? null : (
      <Text slot="description" className="hint">
        {help}
      </Text>
    )}
  </TextField>
)
