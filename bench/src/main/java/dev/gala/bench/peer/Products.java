package dev.gala.bench.peer;

import dev.gala.bench.product.Product;

/** All products. */
public final class Products {
  private Products() {}

  /** The product of this id. */
  public static Product of(String id) {
    return switch (id) {
      case GalaProduct.ID -> new GalaProduct();
      case DbSchedulerProduct.ID -> new DbSchedulerProduct();
      case JobRunrProduct.ID -> new JobRunrProduct();
      default -> throw new IllegalArgumentException("there is no product \"" + id + "\"");
    };
  }
}
