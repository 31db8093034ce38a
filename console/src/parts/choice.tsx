import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components'

export type Option = Readonly<{ id: string; label: string; detail?: string; isDisabled?: boolean }>

type Props = Readonly<{
  label: string
  options: readonly Option[]
  value: string | undefined
  onChange: (id: string) => void
  help?: string
  placeholder?: string
}>

/** A list to choose one of several values from. */
export function Choice({ label, options, value, onChange, help, placeholder }: Props) {
  return (
    <Select
      className="field"
      value={value ?? null}
      onChange={key => key !== null && onChange(String(key))}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      <Label>{label}</Label>
      <Button className="input choice">
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      {help === undefined ? null : (
        <Text slot="description" className="hint">
          {help}
        </Text>
      )}
      <Popover className="popover">
        <ListBox className="listbox" items={options.map(option => ({ ...option }))}>
          {option => (
            <ListBoxItem className="option" textValue={option.label} isDisabled={option.isDisabled ?? false}>
              <Text slot="label">{option.label}</Text>
              {option.detail === undefined ? null : (
                <Text slot="description" className="hint">
                  {option.detail}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  )
}
