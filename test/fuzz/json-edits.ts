import fc from 'fast-check'
import { strangeName, strangeText, strangeValue } from './strange.ts'

/** Where a value stands: in its list or object, under its key. */
interface Place {
  holder: Record<string, unknown> | unknown[]
  key: string
}

type JsonEdit = (value: unknown) => unknown

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Place['holder']
  return Object.keys(holder).flatMap((key) => [
    { holder, key },
    ...placesIn((holder as Record<string, unknown>)[key]),
  ])
}

/** Unlike an assignment, this makes an ordinary member of a key such as `__proto__`. */
function put(holder: Place['holder'], key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

const valueAt = ({ holder, key }: Place): unknown => Object.getOwnPropertyDescriptor(holder, key)?.value

/** An edit of a copy, at one of its values. */
const atPlace = <T>(more: fc.Arbitrary<T>, change: (place: Place, given: T, other: Place) => void) =>
  fc.tuple(fc.nat(9999), fc.nat(9999), more).map(
    ([one, other, given]): JsonEdit =>
      (value) => {
        const copy = structuredClone(value)
        const places = placesIn(copy)
        const pick = (where: number) => places[Math.floor((where / 10_000) * places.length)]
        const [place, second] = [pick(one), pick(other)]
        if (place && second) change(place, given, second)
        return copy
      },
  )

/** Edits of a JSON value: wrong types, strange keys, values in other places, deep and missing ones. */
export const jsonEdit = (names: readonly string[]): fc.Arbitrary<JsonEdit> =>
  fc.oneof(
    { weight: 4, arbitrary: atPlace(strangeValue, ({ holder, key }, given) => put(holder, key, given)) },
    {
      weight: 4,
      arbitrary: atPlace(strangeText, (place, text) => {
        if (typeof valueAt(place) === 'string') put(place.holder, place.key, text)
      }),
    },
    {
      weight: 3,
      arbitrary: atPlace(
        fc.tuple(fc.oneof(fc.constantFrom(...names), strangeName), strangeValue),
        ({ holder }, [name, given]) => {
          if (Array.isArray(holder)) holder.push(given)
          else put(holder, name, given)
        },
      ),
    },
    {
      weight: 2,
      arbitrary: atPlace(strangeName, (place, name) => {
        if (Array.isArray(place.holder)) return
        put(place.holder, name, valueAt(place))
        delete place.holder[place.key]
      }),
    },
    {
      weight: 1,
      arbitrary: atPlace(fc.constant(undefined), ({ holder, key }) => {
        if (Array.isArray(holder)) holder.splice(Number(key), 1)
        else delete holder[key]
      }),
    },
    {
      weight: 1,
      arbitrary: atPlace(fc.boolean(), (place, inList) =>
        put(place.holder, place.key, inList ? [valueAt(place)] : { a: valueAt(place) }),
      ),
    },
    {
      weight: 1,
      arbitrary: atPlace(fc.constant(undefined), (place, _, other) =>
        put(place.holder, place.key, structuredClone(valueAt(other))),
      ),
    },
  )
