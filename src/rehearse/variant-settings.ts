import { defaultVariants, readVariants, type VariantName, type Variants } from "../local-aws/variants.ts";

export type { Variants };

/** Variants as a flag gives them (one text each time) or a setting (one text). Throws an Error that lists what there is. */
export function variantsOf(given: string | readonly string[]): Variants {
  return readVariants([given].flat());
}

/** Variants as one setting: `status-spelling=console,restore-noise=fatal`. Those at their defaults are left out. */
export function settingOf(variants: Readonly<Variants>): string {
  return Object.entries(variants)
    .filter(([name, value]) => defaultVariants[name as VariantName] !== value)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** All variants as one setting, the defaults too: whoever is started with it takes none from elsewhere. */
export function wholeSettingOf(variants: Readonly<Variants>): string {
  return Object.entries(variants)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
