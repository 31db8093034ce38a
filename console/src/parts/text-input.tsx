import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components'

type Props = Omit<TextFieldProps, 'children' | 'className'> &
  Readonly<{
    label: string
    /** A sentence below the field. */
    help?: string
    /** What is wrong with the value. */
    problem?: string | undefined
    placeholder?: string
  }>

/** A field for a line of text. */
export function TextInput({ label, help, problem, placeholder, ...rest }: Props) {
  return (
    <TextField {...rest} className="field" isInvalid={problem !== undefined}>
      <Label>{label}</Label>
      <Input className="input" {...(placeholder === undefined ? {} : { placeholder })} />
      {help === undefined ? null : (
        <Text slot="description" className="hint">
          {help}
        </Text>
      )}
      <FieldError className="problem-text">{problem}</FieldError>
    </TextField>
  )
}
