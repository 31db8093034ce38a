import { Checkbox } from 'react-aria-components'

type Props = Readonly<{ children: string; isOn: boolean; onChange: (isOn: boolean) => void }>

/** A choice between yes and no. */
export const CheckBox = ({ children, isOn, onChange }: Props) => (
  <Checkbox className="check" isSelected={isOn} onChange={onChange}>
    {({ isSelected }) => (
      <>
        <span className="check-sign" aria-hidden="true">
          {isSelected ? '✓' : ''}
        </span>
        {children}
      </>
    )}
  </Checkbox>
)
