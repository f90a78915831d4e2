const extensions = [
  ...['jpg', 'jpeg', 'png', 'tif', 'tiff', 'psd', 'psb', 'gif', 'webp', 'bmp'],
  ...['cr2', 'cr3', 'nef', 'arw', 'dng', 'eip'],
  ...['mp4', 'mov', 'm4v', 'avi', 'webm', 'pdf', 'zip', 'xml', 'icc'],
];

/** Words that do not identify a studio, in any letter case (docs/reference/creative-force.md#enumerations). */
const words = new Set(
  [
    ...extensions.flatMap((extension) => [extension, `.${extension}`]),
    ...['New', 'Todo', 'To Do', 'InProgress', 'In Progress', 'Rejected', 'QCRejected', 'QC Rejected', 'Failed'],
    ...['Bypassed', 'Done', 'Ready To Work', 'Deleted', 'Success', 'Unauthorized'],
    ...['External Post', 'External Post Production', 'External Post QC', 'Final Selection', 'Photography', 'Capture'],
    ...['instruction', 'rejection', 'rectangle', 'ellipse', 'arrow', 'freehand', 'line', 'point', 'polygon', 'text'],
    ...['true', 'false', 'h264', 'h265', 'hevc', 'prores', 'aws:kms', 'AES256'],
    ...['image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'video/mp4', 'video/quicktime'],
    ...['application/octet-stream', 'application/pdf'],
    ...['sRGB', 'sRGB IEC61966-2.1', 'Adobe RGB (1998)', 'Apple RGB', 'ProPhoto RGB', 'Display P3', 'eciRGB v2'],
    ...['Coated FOGRA39 (ISO 12647-2:2004)', 'ISO Coated v2 (ECI)', 'U.S. Web Coated (SWOP) v2', 'Dot Gain 20%'],
    ...['Gray Gamma 2.2', 'Untagged'],
  ].map((word) => word.toLowerCase()),
);
const colour = /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

export function isGeneric(text: string): boolean {
  return text.trim() === '' || colour.test(text) || words.has(text.trim().toLowerCase());
}

/** `.tif` of a file name that ends in a usual extension, else nothing. */
export function extensionOf(fileName: string): string {
  const extension = /\.(\w{2,4})$/.exec(fileName)?.[1] ?? '';
  return extensions.includes(extension.toLowerCase()) ? `.${extension}` : '';
}
