/** `https://pristine.test` stands in for `app://pristine`. */
const REAL = 'app://pristine'
export const STAND_IN = 'https://pristine.test'

export const toChromium = (address: string): string => address.replace(REAL, STAND_IN)
export const toElectron = (address: string): string => address.replace(STAND_IN, REAL)

/** A script that asks where it is finds what it expects. */
export const scriptForChromium = (text: string): string =>
  text.replaceAll(REAL, STAND_IN).replace(/(["'`])app:\1/g, '$1https:$1')
