type Sized = Readonly<{ vcpus: number; ram: number; disk: number }>

const gibibytes = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** The size of a flavor where there is little place: `2 vCPU · 4 GiB`. */
export const shortSizeWords = ({ vcpus, ram }: Pick<Sized, 'vcpus' | 'ram'>): string =>
  `${vcpus} vCPU · ${ram < 1024 ? `${ram} MiB` : `${gibibytes.format(ram / 1024)} GiB`}`

/** The size of a flavor: `2 vCPU · 4 GiB · 40 GiB disk`. */
export const sizeWords = (size: Sized): string => `${shortSizeWords(size)} · ${size.disk} GiB disk`
