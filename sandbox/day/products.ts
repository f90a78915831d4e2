import type { StudioName } from '../studio-name';
import type { DrawingKind } from '../pictures/drawings';

/** What a studio sells, before it has ids. */
export interface CatalogueEntry {
  readonly name: string;
  readonly kind: DrawingKind;
  readonly colourName: string;
  readonly colour: string;
  readonly category: string;
  readonly price: string;
}

const entry = (
  name: string,
  kind: DrawingKind,
  colourName: string,
  colour: string,
  category: string,
  price: string,
): CatalogueEntry => ({ name, kind, colourName, colour, category, price });

/** Each studio's products. A long day uses them repeatedly, with new product codes. */
export const catalogue: Readonly<Record<StudioName, readonly CatalogueEntry[]>> = {
  acme: [
    entry('Harbour Runner', 'sneaker', 'Ocean blue', '#2f6fde', 'Shoes', '€ 129'),
    entry('Market Tote', 'tote', 'Terracotta', '#b5542f', 'Bags', '€ 89'),
    entry('Ridge Jacket', 'jacket', 'Forest green', '#3f5a4a', 'Outerwear', '€ 219'),
    entry('Sunday Tee', 'shirt', 'Mustard', '#d9a92f', 'Tops', '€ 35'),
    entry('Commuter Pack', 'backpack', 'Violet', '#6b4fa0', 'Bags', '€ 119'),
    entry('Field Cap', 'cap', 'Cherry red', '#c2384a', 'Accessories', '€ 29'),
    entry('Riviera Shades', 'sunglasses', 'Tortoise', '#7a4a2a', 'Accessories', '€ 99'),
    entry('Meridian Watch', 'watch', 'Cognac', '#a06a3c', 'Accessories', '€ 249'),
    entry('Court Classic', 'sneaker', 'Emerald', '#2c8a68', 'Shoes', '€ 109'),
    entry('Weekend Tote', 'tote', 'Midnight', '#2b3a67', 'Bags', '€ 95'),
    entry('Harvest Jacket', 'jacket', 'Rust', '#a4502c', 'Outerwear', '€ 229'),
    entry('Studio Tee', 'shirt', 'Coral', '#e0705a', 'Tops', '€ 39'),
    entry('Trail Pack', 'backpack', 'Petrol', '#2a7d8c', 'Bags', '€ 139'),
    entry('Trail Flask', 'bottle', 'Sky blue', '#2a8fc8', 'Accessories', '€ 32'),
  ],
  nordlicht: [
    entry('Glow Table Lamp', 'lamp', 'Saffron', '#e3a72f', 'Lighting', '€ 149'),
    entry('Kalle Chair', 'chair', 'Fjord green', '#38786a', 'Seating', '€ 289'),
    entry('Morgen Mug', 'mug', 'Brick', '#d8643c', 'Tableware', '€ 18'),
    entry('Dampf Kettle', 'kettle', 'Mulberry', '#8a3b52', 'Kitchen', '€ 79'),
    entry('Zickzack Planter', 'planter', 'Limestone', '#b9ad98', 'Decoration', '€ 45'),
    entry('Abend Lamp', 'lamp', 'Dusk rose', '#c77b88', 'Lighting', '€ 159'),
    entry('Winter Mug', 'mug', 'Ice blue', '#5a93b8', 'Tableware', '€ 19'),
    entry('Linde Chair', 'chair', 'Ochre', '#c58a2e', 'Seating', '€ 299'),
  ],
};

export const callsToAction: readonly string[] = ['Shop now', 'Discover', 'Buy today', 'See the range'];
