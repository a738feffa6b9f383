import type { WrittenFeatures } from '../devcontainer/document/schema.ts'
import { invalid, type Origin, type Path } from '../devcontainer/document/source-position.ts'
import { isVariable, variablesIn } from '../devcontainer/document/substitute.ts'
import type { FeatureOptions } from './feature-metadata.ts'

/** Chosen values by option. */
export type OptionValues = Readonly<Record<string, string | boolean>>

/** The options that somebody chose; a text alone is the option "version", `true` and `{}` choose none. */
export function chosenOptions(written: WrittenFeatures[string]): OptionValues {
  if (typeof written === 'string') return { version: written }
  return typeof written === 'boolean' ? {} : written
}

/**
 * The value of each option of a feature: what was chosen, else its default. One that has neither has no value, so that its
 * script does what its authors saw it do, for example take a default of its own.
 * An option that the feature does not have is passed on, as the Dev Containers CLI does: features read undeclared ones.
 * Error: definition-invalid for a value of another type, or one that a strict list does not have.
 */
export function optionValues(
  options: FeatureOptions,
  chosen: OptionValues,
  origin: Origin,
  at: Path,
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined) values[name] = String(option.default)
  }
  for (const [name, value] of Object.entries(chosen)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    const text = String(value)
    const [variable] = variablesIn(text).filter(isVariable)
    if (variable !== undefined) {
      const problem = `"${name}" cannot use \${${variable}}: the image that it decides is the same on every computer`
      throw invalid(origin, [...at, name], problem)
    }
    if (option?.type === 'boolean' && !/^(?:true|false)$/.test(text)) {
      throw invalid(origin, [...at, name], `"${name}" must be true or false`)
    }
    if (option?.enum && !option.enum.includes(text)) {
      const allowed = option.enum.map((one) => JSON.stringify(one)).join(', ')
      throw invalid(origin, [...at, name], `"${name}" must be one of ${allowed}`)
    }
    values[name] = text
  }
  return values
}

/** Where there is none, what an older Pristine gave to a script: it was no choice. */
const defaultOf = (option: FeatureOptions[string]): string =>
  String(option.default ?? (option.type === 'boolean' ? false : ''))

/**
 * Of the values that an install script finds, by variable, those that are not the defaults: by the names of the options,
 * or of the variables where the feature declares no such option. All of them where nothing is known of the declaration.
 */
export function changedOptions(
  variables: Record<string, string>,
  declared: FeatureOptions | undefined,
): Record<string, string> {
  const options = new Map(Object.entries(declared ?? {}).map((entry) => [optionVariable(entry[0]), entry]))
  return Object.fromEntries(
    Object.entries(variables).flatMap(([variable, value]) => {
      const [name, option] = options.get(variable) ?? []
      return option && defaultOf(option) === value ? [] : [[name ?? variable, value]]
    }),
  )
}

/**
 * The options by the variables under which an install script finds them. Error: definition-invalid for options that have no
 * variable, or the same one.
 */
export function optionVariables(
  values: Record<string, string>,
  origin: Origin,
  at: Path,
): Record<string, string> {
  const variables = new Map<string, string>()
  for (const [name, value] of Object.entries(values)) {
    const variable = optionVariable(name)
    if (variable === '') throw invalid(origin, at, 'the name of an option must not be empty')
    if (variables.has(variable)) throw invalid(origin, at, `two options are the variable ${variable}`)
    variables.set(variable, value)
  }
  return Object.fromEntries(variables)
}

/**
 * The name of the variable by which an install script finds an option
 * (https://containers.dev/implementors/features/#option-resolution).
 */
export const optionVariable = (option: string): string =>
  option
    .replace(/\W/g, '_')
    .replace(/^[\d_]+/, '_')
    .toUpperCase()
