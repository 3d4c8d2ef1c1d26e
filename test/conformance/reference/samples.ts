/** The smallest files of each kind that the suites need. */

/** A PNG of one red pixel. */
export const imageData =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/** A WAV without samples. */
export const audioData = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

export const image = { type: "image" as const, data: imageData, mimeType: "image/png" };

export function text(value: string) {
  return { type: "text" as const, text: value };
}
