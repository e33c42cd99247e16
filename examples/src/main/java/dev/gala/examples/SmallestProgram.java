package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.event.Topic;

/** The smallest program: one topic, one listener, one event. */
final class SmallestProgram {
  private SmallestProgram() {}

  // snippet: smallest
  record InvoiceCreated(String invoiceId, long amountCents) {}

  static final Topic<InvoiceCreated> INVOICE_CREATED =
      Topic.of("billing.invoice.created", InvoiceCreated.class);

  public static void main(String[] args) throws InterruptedException {
    try (var gala = Gala.connect("postgres://localhost/app")) {
      gala.on(INVOICE_CREATED, "print", (event, ctx) -> System.out.println(event));
      gala.startWorkers();
      gala.emit(INVOICE_CREATED, new InvoiceCreated("inv-1", 9_900));
      gala.awaitShutdown();
    }
  }
  // end
}
