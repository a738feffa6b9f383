/** What is used of gifenc, which has no types of its own. */
declare module 'gifenc' {
  type Palette = number[][]
  interface Frame {
    palette?: Palette
    /** In milliseconds. */
    delay?: number
    transparent?: boolean
    transparentIndex?: number
    /** 1: the frame stays under the next one. */
    dispose?: number
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, frame: Frame): void
    finish(): void
    bytes(): Uint8Array
  }
  const gifenc: {
    GIFEncoder(): Encoder
    /** `rgba`: four bytes a pixel. */
    quantize(rgba: Uint8Array, colours: number): Palette
    applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array
  }
  export default gifenc
}
