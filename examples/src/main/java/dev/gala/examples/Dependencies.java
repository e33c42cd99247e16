package dev.gala.examples;

import dev.gala.Gala;
import dev.gala.GalaConfig;
import dev.gala.event.Injector;
import dev.gala.event.Topic;

/** Handlers that find what they depend on. */
final class Dependencies {
  /** Sends mails. */
  interface Mailer {
    /** Sends one. */
    void send(String to, String text);
  }

  record Welcome(String address) {}

  static final Topic<Welcome> WELCOME = Topic.of("shop.customer.welcome", Welcome.class);

  private Dependencies() {}

  static Gala runtime(String url, Mailer mailer) {
    // snippet: injector
    GalaConfig config =
        GalaConfig.builder()
            .url(url)
            .injector(Injector.builder().provide(Mailer.class, mailer).build())
            .build();
    Gala gala = Gala.create(config);
    gala.on(
        WELCOME,
        "mail",
        (event, ctx) -> ctx.injector().get(Mailer.class).send(event.address(), "Welcome!"));
    // end
    return gala;
  }
}
