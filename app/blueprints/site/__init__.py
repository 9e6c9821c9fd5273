"""The practice in public: home page, and the doors for operators."""
