/** An event that a listener may prevent. */
export class Cancelable {
  readonly url: string
  prevented = false

  constructor(url: string) {
    this.url = url
  }

  preventDefault(): void {
    this.prevented = true
  }
}
